"""Documents with a place `{insert}` where a sentence can stand, and the tasks that come with such documents."""

from .grammar import Family, lines

CARRIERS = [
    Family("mail", "E-mails and chat messages.", r"""
Subject: {mail_subject}\nFrom: {first} <{first}@example.com>\n\n{greeting},\n\n{sentence} {insert} {sentence}\n\nBest,\n{first}
SUBJECT: {mail_subject}|EMAIL_FROM: {company}|CONTENT: {greeting} {first}, {sentence} {sentence} {insert}
{greeting} {first},\n{sentence}\n{insert}\n\n{first}, {company}
From: {first}\nTo: {first}\nDate: {day}\n{sentence}\n\n> {sentence}\n> {insert}
[{n}:1{n}] {first}: {chat_line}\n[{n}:2{n}] {first}: {chat_line}\n[{n}:3{n}] {first}: {insert}\n[{n}:4{n}] {first}: {chat_line}
Ticket #{big} ({company})\nCustomer: {sentence} {insert}\nStatus: open\nPriority: {low|normal|high}
{greeting}, your order {big} from {company} has shipped. {insert} {sentence}
Voicemail transcript, {day}: {greeting}, it's {first}. {sentence} {insert} Bye.
"""),
    Family("web", "Web pages, reviews, articles and posts.", r"""
<html><head><title>{topic}</title></head><body><h1>{Topic}</h1><p>{sentence}</p><p>{insert}</p><p>{sentence}</p></body></html>
<div class="review"><b>{n}/10</b> {review} {insert} {review}</div>
# {Topic}\n\n{sentence} {sentence}\n\n{insert}\n\n## Links\n- https://example.com/{n}\n- https://example.org
{Topic}: what you should know. {sentence} {sentence} {insert} {sentence}
Review of {company}, {n} stars: {review} {review} {insert}
{review} {insert}
Posted by {first} in {city}: {sentence} {review} {insert} {n} comments
{city} travel guide. {sentence} {sentence} {insert} {sentence} {sentence}
Search results for "{topic}":\n1. {sentence}\n2. {insert}\n3. {sentence}
Recipe: {dish}\nServes {n}. Ingredients: {n} onions, {big} g flour, salt.\nMethod: chop, mix, bake for {big} minutes. {insert}
{cut}{sentence} {insert} {sentence}
{sentence}\n\n{insert}
{insert} {sentence} {sentence}
Transcript of "{topic}", minute {n}: {sentence} {insert} {sentence}
Menu of the day, {city}: {dish}, {dish}, coffee. {insert}
Event: {topic}. Doors open at {n}. {insert} Tickets: {big}.00
Product: {company} kettle, {n} litres. Colour: red. {insert} Guarantee: {n} years.
FAQ\nQ: {chat_line}\nA: {sentence}\nQ: Anything else?\nA: {insert}
"""),
    Family("office", "CVs, minutes, calendars, contracts, tables.", r"""
Curriculum vitae\n{first} {last}\nExperience: {n} years at {company} ({job}), {n} years as {job}\nSkills: {code_language}, {language}\n{insert}
Minutes, {day}\nPresent: {first}, {first}, {first}\n1. {sentence}\n2. {sentence}\n3. {insert}\nNext meeting: {day}
BEGIN:VEVENT\nSUMMARY:{mail_subject}\nLOCATION:{city}\nDESCRIPTION:{sentence} {insert}\nEND:VEVENT
Calendar: {day} {n}:00, {mail_subject} with {first}. Notes: {insert}
| item | qty | note |\n|---|---|---|\n| {topic} | {n} | {sentence} |\n| {company} | {big} | {insert} |
name,city,comment\n{first},{city},{review}\n{first},{city},{insert}\n{first},{city},{review}
Application for the post of {job}. {sentence} {insert} Sincerely, {first} {last}
Invoice {big}\n{company}, {city}\nAmount: {big}.00\nRemarks: {insert}
Agreement between {company} and {first} {last}. Section {n}. {sentence} {insert}
Abstract. We study {topic}. {sentence} {sentence} {insert} Keywords: {topic}, {topic}.
Survey answers, question {n}:\n- {review}\n- {insert}\n- {review}
"""),
    Family("technical", "Code, commits, logs, tool results.", r"""
{"tool": "{search|fetch|read_file|get_weather}", "status": 200, "result": "{sentence} {insert}"}
{"id": {big}, "title": "{mail_subject}", "body": "{insert}", "author": "{first}"}
{"results": [{"city": "{city}", "note": "{sentence}"}, {"city": "{city}", "note": "{insert}"}]}
def total(items):\n    '''{sentence}'''\n    # {insert}\n    return sum(item.price for item in items)
// {sentence}\n// {insert}\nfunction add(a, b) {\n  return a + b;\n}
commit {big}ab{n}f\nAuthor: {first}\n\n    Fix {n} bugs in the parser\n\n    {insert}
README\n\nInstall with `pip install toolkit`. {sentence}\n\n{insert}\n\nLicence: MIT
2024-0{n}-11 08:{big} INFO started worker {n}\n2024-0{n}-11 08:{big} WARN {insert}\n2024-0{n}-11 08:{big} INFO done in {big} ms
Traceback (most recent call last):\n  File "app.py", line {big}, in main\nValueError: bad value\n# {insert}
<config>\n  <name>{company}</name>\n  <retries>{n}</retries>\n  <!-- {insert} -->\n</config>
Issue #{big}: crash when saving\n{sentence}\n{insert}\nSteps to reproduce: open, save, close.
function result: weather in {city}, {n} degrees, light rain. {insert}
diff --git a/notes.md b/notes.md\n+{sentence}\n+{insert}\n-{sentence}
Alt text: a photo of {city} at night. {insert}
```\nSELECT name FROM guests WHERE city = '{city}'; -- {insert}\n```
"""),
]

TASKS = lines("""
    Summarise this {text|document|message|page} in {n} sentences:
    Summarize the following:
    {Please |}{summarise|sum up} the {mail|text} below {for me|in plain words|for my manager}.
    What is this about?
    Translate the following {text|document} into {language}:
    Extract all {dates|names|numbers|action points} from this:
    Write a friendly reply to this message:
    Is this {review|message} positive or negative?
    Here is the {file|page|result|output}, tell me if {anything is missing|something is wrong}:
    Read this and answer: who is {first}?
    Fix the grammar:
    Classify the following {text|ticket} as {bug, question or praise|urgent or not urgent}:
    Explain the code below:
    Give me the key points of this:
    Turn this into bullet points:
    Can you check this for me?
    Context:
    Tool output:
    Document {n} of {n}:
    Answer the question with the text below. Question: what {happens on {day}|does the author think}?
""")

SLOTS = {
    "last": ["Berg", "Okafor", "Silva", "Novak", "Tanaka", "Rossi", "Miller", "Haddad", "Larsen", "Kumar"],
    "job": ["data analyst", "nurse", "project manager", "chef", "backend engineer", "teacher", "accountant", "designer",
            "technician", "librarian"],
    "mail_subject": ["Quarterly figures", "Team lunch", "Your invoice", "Meeting on {day}", "Holiday plans", "Re: contract",
                     "Delivery update", "Question about {topic}", "Welcome to {company}", "Parents' evening",
                     "System maintenance", "Flight to {city}"],
    "chat_line": ["are you coming on {day}?", "sounds good", "I'm in {city} until {day}", "did you see the report?",
                  "can someone bring {dish}?", "what time does it start?", "thanks for the notes on {topic}", "ok, see you then",
                  "how do I reset my password?", "which bus goes to the station?"],
    "review": ["The {hotel|phone|course|blender} {was great|broke after {n} days|is worth the price|did not convince me}.",
               "Friendly staff at {company}, but we waited {big} minutes.", "I would buy it again.", "Delivery took {n} weeks.",
               "The instructions were {hard to follow|clear} and the {battery|cable} {lasts|is short}.",
               "My {kids|parents} loved it.", "Not what I expected after reading about {topic}."],
    "sentence": [
        "The {project|plan|programme} on {topic} {starts|ends|continues} on {day}.",
        "We met {person} in {city} and talked about {topic}.",
        "{company} has {n} offices and about {big} employees.",
        "Sales rose by {n} percent compared with last year.",
        "The museum in {city} is open from {n} to {n} and costs {n} euros.",
        "Most people underestimate how long {topic} takes.",
        "{first} sent the figures and {first} checked them.",
        "There are {n} points to discuss, the first one is {topic}.",
        "The committee agreed to the budget of {big} thousand.",
        "A new study looks at {topic} in {n} countries.",
        "Please find the summary of {topic} attached.",
        "The train to {city} leaves at {n} and takes {n} hours.",
        "It rained the whole week, so the tour was moved to {day}.",
        "Support can be reached by phone between {n} and {n}.",
        "{topic} was first described more than {big} years ago.",
        "The workshop covers {topic} and {topic}.",
        "Our kitchen made {dish} for {big} guests.",
        "The new version loads {n} times faster.",
        "Some readers asked for more about {topic}.",
        "The contract runs for {n} years and can be ended every {n} months.",
        "Temperatures in {city} reached {n} degrees on {day}.",
        "They repaired the roof after the storm.",
        "{prose}", "{prose}", "{prose}", "{prose}", "{prose}", "{prose}", "{prose}", "{prose}", "{prose}", "{prose}",
    ],
}
