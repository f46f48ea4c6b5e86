// An attempt as a person reads it.
import { expect, test } from "vitest";
import { traceLines } from "../../../src/cli/trace-lines.ts";

test("request and response are told as curl does, a line each", () => {
  const headers = [["host", "a.example"]] as const;
  expect(traceLines({ kind: "request", protocol: "h2", method: "GET", target: "/x", headers })).toEqual([
    "> GET /x HTTP/2",
    "> host: a.example",
  ]);
  expect(traceLines({ kind: "response", statusCode: 200, headers: new Map([["a", ["1", "2"]]]) })).toEqual([
    "< 200",
    "< a: 1",
    "< a: 2",
  ]);
});

test("phases and failure end it", () => {
  const timings = {
    dnsMs: null,
    connectMs: 1.25,
    tlsMs: null,
    firstByteMs: null,
    downloadMs: null,
    totalMs: 2,
  };
  const failure = { code: "connect_refused", message: "nothing accepts connections" } as const;
  expect(traceLines({ kind: "ended", timings, failure })).toEqual([
    "* failed: connect_refused: nothing accepts connections",
    "* connect 1.3 ms, total 2.0 ms",
  ]);
});

test("what a server sends can't write to the terminal", () => {
  const headers = new Map([["x", ["\u001b[2J"]]]);
  expect(traceLines({ kind: "response", statusCode: 200, headers }).join("")).not.toContain("\u001b");
});
