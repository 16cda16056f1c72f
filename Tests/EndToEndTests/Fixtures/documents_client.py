"""Files and vector stores as a user of the OpenAI client meets them. Usage: documents_client.py BASE_URL [STORE FILE]

Without ids it fills a store and prints them; with ids it looks whether all is still there.
"""

import sys

import openai

client = openai.OpenAI(base_url=sys.argv[1], api_key="unused", max_retries=0, timeout=30)
refunds = "# Refunds\n\nMoney for returned goods is paid back within fourteen days.\n"
turbines = "# Turbines\n\nThe turbine of the northern dam was replaced last March.\n"


def refused(kind, code, call):
    try:
        call()
    except kind as error:
        assert error.code == code, error
    else:
        raise AssertionError("it was not refused")


def search(store, question, **options):
    return client.vector_stores.search(store, query=question, **options).data


def fill():
    file = client.files.create(file=("handbook.md", refunds.encode()), purpose="assistants")
    assert file.filename == "handbook.md" and file.bytes == len(refunds.encode()), file
    other = client.files.create(file=("dams.txt", turbines.encode()), purpose="assistants")
    assert client.files.retrieve(file.id).filename == "handbook.md"
    assert client.files.content(file.id).read() == refunds.encode()
    assert [found.id for found in client.files.list(limit=1, order="asc")] == [file.id, other.id], "pages"

    store = client.vector_stores.create(
        name="handbook", file_ids=[], metadata={"team": "billing"}, expires_after={"anchor": "last_active_at", "days": 7}
    )
    attached = client.vector_stores.files.create_and_poll(
        file.id, vector_store_id=store.id, attributes={"year": 2024}, poll_interval_ms=50
    )
    assert attached.status == "completed" and attached.id == file.id, attached
    batch = client.vector_stores.file_batches.create_and_poll(
        store.id,
        file_ids=[other.id],
        poll_interval_ms=50,
        chunking_strategy={"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 20}},
    )
    assert batch.status == "completed" and batch.file_counts.completed == 1, batch
    now = client.vector_stores.retrieve(store.id)
    assert now.status == "completed" and now.file_counts.completed == 2 and now.usage_bytes > 0, now
    assert client.vector_stores.update(store.id, name="renamed").name == "renamed"
    assert [found.id for found in client.vector_stores.list()] == [store.id]
    assert {found.id for found in client.vector_stores.files.list(store.id)} == {file.id, other.id}

    uploaded = client.vector_stores.files.upload_and_poll(
        vector_store_id=store.id, file=("extra.txt", b"Cats sleep for most of the day."), poll_interval_ms=50
    )
    assert uploaded.status == "completed", uploaded
    assert client.vector_stores.files.delete(uploaded.id, vector_store_id=store.id).deleted
    assert client.files.delete(uploaded.id).deleted

    temporary = client.vector_stores.create(name="temporary")
    assert client.vector_stores.delete(temporary.id).deleted
    refused(openai.NotFoundError, "NOT_FOUND", lambda: client.vector_stores.retrieve(temporary.id))
    refused(openai.NotFoundError, "NOT_FOUND", lambda: client.files.retrieve("file_none"))
    refused(
        openai.BadRequestError,
        "INVALID_FILE_TYPE",
        lambda: client.files.create(file=("virus.exe", b"MZ"), purpose="assistants"),
    )
    too_large = b"a" * ((1 << 20) + 1024)
    try:
        client.files.create(file=("large.txt", too_large), purpose="assistants")
    except openai.APIStatusError as error:
        assert error.status_code == 413, error
    else:
        raise AssertionError("a large file was taken")
    refused(
        openai.BadRequestError,
        "INVALID_INPUT",
        lambda: search(store.id, "x", filters={"type": "like", "key": "year", "value": 1}),
    )
    print("store", store.id)
    print("file", file.id)
    return store.id, file.id


def check(store, file):
    hits = search(store, "When do I get my money back?")
    assert hits[0].filename == "handbook.md" and hits[0].file_id == file, hits
    assert "fourteen days" in hits[0].content[0].text and 0.3 < hits[0].score <= 1, hits
    assert search(store, ["a new turbine for the dam"], max_num_results=1)[0].filename == "dams.txt"
    ranked = search(store, "northern dam", ranking_options={"score_threshold": 0.3}, extra_body={"hybrid": {"mode": "rrf"}})
    assert ranked[0].filename == "dams.txt", ranked
    filtered = search(store, "turbine", filters={"type": "eq", "key": "year", "value": 2024})
    assert [hit.filename for hit in filtered] == ["handbook.md"], filtered
    assert filtered[0].attributes == {"year": 2024}, filtered
    assert client.vector_stores.retrieve(store).name == "renamed"
    assert client.files.content(file).read() == refunds.encode()
    print("ok")


check(*(sys.argv[2:4] if len(sys.argv) > 3 else fill()))
