"""What a user of the OpenAI client does, against a running gateway. Usage: python_client.py BASE_URL"""

import asyncio
import json
import sys

import openai

base_url = sys.argv[1]
client = openai.OpenAI(base_url=base_url, api_key="unused", max_retries=0, timeout=20)
question = [{"role": "user", "content": "Prove step by step that the square root of 2 is irrational."}]
tool = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


def plain():
    raw = client.chat.completions.with_raw_response.create(model="auto", messages=question)
    assert raw.headers["x-vsr-selected-decision"] == "hard_work", dict(raw.headers)
    completion = raw.parse()
    assert completion.choices[0].message.content, completion
    assert completion.choices[0].finish_reason == "stop", completion
    assert completion.usage.total_tokens > 0, completion


def streamed():
    stream = client.chat.completions.create(
        model="auto", messages=question, stream=True, stream_options={"include_usage": True}
    )
    text, reason, usage = "", None, None
    for chunk in stream:
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
    assert text, "no text"
    assert reason == "stop", reason
    assert usage and usage.completion_tokens > 0, usage


def tool_call():
    messages = [{"role": "user", "content": 'Please call get_weather {"city": "Oslo"}'}]
    completion = client.chat.completions.create(model="auto", messages=messages, tools=[tool])
    choice = completion.choices[0]
    assert choice.finish_reason == "tool_calls", completion
    call = choice.message.tool_calls[0]
    assert call.function.name == "get_weather", call
    assert json.loads(call.function.arguments) == {"city": "Oslo"}, call
    messages += [
        choice.message.model_dump(exclude_none=True),
        {"role": "tool", "tool_call_id": call.id, "content": "4 degrees and rain"},
    ]
    answer = client.chat.completions.create(model="auto", messages=messages, tools=[tool])
    assert "4 degrees" in answer.choices[0].message.content, answer


def streamed_tool_call():
    messages = [{"role": "user", "content": "Please call get_weather"}]
    name, arguments, reason = "", "", None
    for chunk in client.chat.completions.create(model="auto", messages=messages, tools=[tool], stream=True):
        for choice in chunk.choices:
            reason = choice.finish_reason or reason
            for call in choice.delta.tool_calls or []:
                name += call.function.name or ""
                arguments += call.function.arguments or ""
    assert name == "get_weather" and json.loads(arguments) == {} and reason == "tool_calls", (name, arguments, reason)


def fast_response():
    secret = [{"role": "user", "content": "My key is sk-abcdefgh12345678, keep it."}]
    whole = client.chat.completions.create(model="auto", messages=secret).choices[0].message.content
    pieces = client.chat.completions.create(model="auto", messages=secret, stream=True)
    text = "".join(choice.delta.content or "" for chunk in pieces for choice in chunk.choices)
    assert whole and text == whole, (whole, text)


def models():
    names = [model.id for model in client.models.list()]
    assert "auto" in names, names
    assert client.models.retrieve(names[0]).id == names[0]


def unknown_model():
    try:
        client.chat.completions.create(model="no-such-model", messages=question)
    except openai.NotFoundError as error:
        assert error.code == "model_not_found", error
        assert error.param == "model", error
    else:
        raise AssertionError("an unknown model was accepted")


def bad_request():
    try:
        client.chat.completions.create(model="auto", messages=[])
    except openai.BadRequestError as error:
        assert error.status_code == 400 and error.code, error
    else:
        raise AssertionError("no messages were accepted")


async def asynchronous():
    async with openai.AsyncOpenAI(base_url=base_url, api_key="unused", max_retries=0, timeout=20) as client:
        answers = await asyncio.gather(
            *[client.chat.completions.create(model="auto", messages=question) for _ in range(8)]
        )
        assert len({answer.choices[0].message.content for answer in answers}) == 1, answers
        text = ""
        async for chunk in await client.chat.completions.create(model="auto", messages=question, stream=True):
            for choice in chunk.choices:
                text += choice.delta.content or ""
        assert text == answers[0].choices[0].message.content, text


def responses():
    first = client.responses.create(model="auto", input=question[0]["content"], instructions="Be brief.")
    assert first.status == "completed" and first.output_text, first
    assert first.usage.total_tokens > 0 and first.output[0].content[0].type == "output_text", first
    again = client.responses.retrieve(first.id)
    assert again.id == first.id and again.output_text == first.output_text, again
    items = client.responses.input_items.list(first.id)
    assert items.data[0].content[0].text == question[0]["content"], items
    second = client.responses.create(model="auto", input="And the square root of 3?", previous_response_id=first.id)
    assert second.previous_response_id == first.id and second.output_text, second
    # The backend saw the whole conversation.
    assert second.usage.input_tokens > first.usage.input_tokens, (first.usage, second.usage)
    unkept = client.responses.create(model="auto", input="Hello", store=False)
    client.responses.delete(first.id)
    for gone in (first.id, unkept.id):
        try:
            client.responses.retrieve(gone)
        except openai.NotFoundError as error:
            assert error.code == "response_not_found", error
        else:
            raise AssertionError("a response that is not kept was found")
    try:
        client.responses.create(model="auto", input="x", previous_response_id="resp_unknown")
    except openai.BadRequestError as error:
        assert error.code == "previous_response_not_found", error
    else:
        raise AssertionError("an unknown history was accepted")


def streamed_response():
    names, text, last = [], "", None
    with client.responses.stream(model="auto", input=question[0]["content"]) as stream:
        for event in stream:
            names.append(event.type)
            if event.type == "response.output_text.delta":
                text += event.delta
        last = stream.get_final_response()
    assert names[:2] == ["response.created", "response.in_progress"] and names[-1] == "response.completed", names
    assert text and last.output_text == text and last.usage.output_tokens > 0, last
    assert client.responses.retrieve(last.id).output_text == text


def response_tools():
    function = {"type": "function", "name": "get_weather", "parameters": tool["function"]["parameters"], "strict": False}
    asked = client.responses.create(model="auto", input='Please call get_weather {"city": "Oslo"}', tools=[function])
    call = next(item for item in asked.output if item.type == "function_call")
    assert call.name == "get_weather" and json.loads(call.arguments) == {"city": "Oslo"}, call
    answer = client.responses.create(
        model="auto", previous_response_id=asked.id, tools=[function],
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "4 degrees and rain"}])
    assert "4 degrees" in answer.output_text, answer


checks = [responses, streamed_response, response_tools, plain, streamed, tool_call, streamed_tool_call, fast_response, models, unknown_model, bad_request]
failed = 0
for check in checks + [asynchronous]:
    try:
        asyncio.run(check()) if check is asynchronous else check()
        print("ok", check.__name__)
    except Exception as error:  # every check is to be heard, whatever the one before did
        failed += 1
        print("FAILED", check.__name__, repr(error))
sys.exit(1 if failed else 0)
