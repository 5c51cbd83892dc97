"""What schemathesis has to be told of this API."""

import schemathesis


# Pieces of a resumable upload are bytes like any file.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")


def whole(value):
    """JSON Schema calls 7.0 an integer; the box, like most readers of JSON, does not."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return whole(body)


@schemathesis.hook
def map_query(context, query):
    """Waiting for events that never come would spend the time of the run."""
    if query and isinstance(query.get("wait"), int) and 1 < query["wait"] <= 50:
        return {**query, "wait": 1}
    return query
