/** A check made now, as a stream: each phase as it ends, then the result. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { CheckAnswer, PhaseEvent } from "../../../src/contract/api/sites/checks.ts";
import { ApiError, openStream } from "../api/request.ts";

/** Names of the events and what they carry. */
type CheckStreamEvent =
  | { readonly name: "phase"; readonly phase: PhaseEvent }
  | { readonly name: "result"; readonly answer: CheckAnswer };

/**
 * Posts to `/check` or `/sites/:id/check` and calls `onPhase` for each phase of each attempt.
 *
 * @throws ApiError when the check is refused or the stream ends without a result
 */
export async function streamCheck(
  path: string,
  body: unknown,
  onPhase: (phase: PhaseEvent) => void,
  signal: AbortSignal,
): Promise<CheckAnswer> {
  const stream = await openStream(path, body, signal);
  const events = stream.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
  for await (const { event, data } of readAll(events)) {
    const parsed = parseEvent(event, data);
    if (parsed?.name === "phase") onPhase(parsed.phase);
    if (parsed?.name === "result") return parsed.answer;
  }
  throw new ApiError(0, "stream_ended", "the connection ended before the result arrived");
}

function parseEvent(name: string | undefined, data: string): CheckStreamEvent | null {
  if (name === "phase") return { name, phase: JSON.parse(data) };
  if (name === "result") return { name, answer: JSON.parse(data) };
  if (name === "problem") {
    const problem: { status?: number; code?: string; detail?: string; title?: string } = JSON.parse(data);
    throw new ApiError(
      problem.status ?? 500,
      problem.code ?? "check_failed",
      problem.detail ?? problem.title ?? "the check could not be made",
    );
  }
  return null;
}

/** A stream's chunks. `ReadableStream` is not iterable in every browser yet. */
async function* readAll<Chunk>(stream: ReadableStream<Chunk>): AsyncGenerator<Chunk> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
