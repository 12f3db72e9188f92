"""A plain load client on uvloop and aiohttp: N streams in a closed loop, one connection each, a stamp and a json.loads for every event.

usage: uvloop_client.py --url URL --model NAME --streams N --requests M --tokens T --out FILE
"""

import argparse
import asyncio
import json
import statistics
import time

import aiohttp
import uvloop

DATA = b"data: "
DONE = b"[DONE]"


class Answer:
    """Monotonic nanoseconds: when it was sent, and when each event with content was read."""

    __slots__ = ("id", "sent_ns", "at_ns", "tokens", "error")

    def __init__(self):
        self.id = None
        self.sent_ns = 0
        self.at_ns = []
        self.tokens = None
        self.error = None

    def take(self, payload, now_ns):
        event = json.loads(payload)
        self.id = event["id"]
        if usage := event.get("usage"):
            self.tokens = usage["completion_tokens"]
        for choice in event["choices"]:
            if choice["delta"].get("content"):
                self.at_ns.append(now_ns)


async def ask(session, url, body):
    answer = Answer()
    answer.sent_ns = time.monotonic_ns()
    try:
        async with session.post(url, data=body, headers={"content-type": "application/json"}) as response:
            response.raise_for_status()
            rest = b""
            async for part in response.content.iter_any():
                now_ns = time.monotonic_ns()
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    if line.startswith(DATA) and line[6:] != DONE:
                        answer.take(line[6:], now_ns)
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, KeyError) as error:
        answer.error = repr(error)
    return answer


async def load(options):
    body = json.dumps(
        {
            "model": options.model,
            "messages": [{"role": "user", "content": "Say a word for each of the sixteen days that are left of this month."}],
            "max_tokens": options.tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ).encode()
    answers = []
    left = iter(range(options.requests))
    connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=60)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:

        async def stream():
            for _ in left:
                answers.append(await ask(session, options.url + "/v1/chat/completions", body))

        await asyncio.gather(*(stream() for _ in range(options.streams)))
    return answers


def quantiles(values_ns):
    if len(values_ns) < 2:
        return None
    cuts = statistics.quantiles(values_ns, n=100, method="inclusive")
    return {"p50": cuts[49] / 1e6, "p99": cuts[98] / 1e6}


def summary(answers):
    good = [answer for answer in answers if answer.error is None]
    return {
        "completed": len(good),
        "failed": len(answers) - len(good),
        "tokens": sum(answer.tokens or 0 for answer in good),
        "ttftMs": quantiles([answer.at_ns[0] - answer.sent_ns for answer in good if answer.at_ns]),
        "gapMs": quantiles([b - a for answer in good for a, b in zip(answer.at_ns, answer.at_ns[1:])]),
        "answers": [{"id": answer.id, "sentNs": answer.sent_ns, "atNs": answer.at_ns} for answer in good],
    }


def main():
    parser = argparse.ArgumentParser()
    for name in ("url", "model", "out"):
        parser.add_argument(f"--{name}", required=True)
    for name in ("streams", "requests", "tokens"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    with open(options.out, "w") as file:
        json.dump(summary(uvloop.run(load(options))), file)


if __name__ == "__main__":
    main()
