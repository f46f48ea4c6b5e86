// A reader of server-sent events that lets a test wait for the next event of a name.
import { get } from "node:http";

interface ReceivedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: unknown;
}

export interface EventStream {
  readonly received: readonly ReceivedEvent[];
  /** The next event of this name that was not returned yet. */
  next(event: string): Promise<ReceivedEvent>;
  /** As a browser sends it when it connects again. */
  readonly lastId: () => string | undefined;
  readonly ended: Promise<void>;
  close(): void;
}

const LONGEST_WAIT_MS = 20_000;

/** Resolves when the answer begins; rejects when it is no stream. */
export async function followLive(
  url: string,
  lastEventId?: string,
  credentials: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const received: ReceivedEvent[] = [];
  const cursors = new Map<string, number>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let told = Promise.withResolvers<void>();
  const { promise: opened, resolve: open, reject } = Promise.withResolvers<void>();
  const headers = { ...credentials, ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }) };
  const request = get(url, { headers, agent: false }, (response) => {
    if (response.statusCode !== 200) return reject(new Error(`answer ${response.statusCode}`));
    let text = "";
    response.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const frames = text.split("\n\n");
      text = frames.pop() ?? "";
      for (const frame of frames) {
        const event = eventOf(frame);
        if (event !== null) received.push(event);
      }
      told.resolve();
      told = Promise.withResolvers<void>();
    });
    response.on("close", () => end());
    response.on("error", () => end());
    open();
  });
  request.on("error", (error) => {
    reject(error);
    end();
  });
  await opened;
  return {
    received,
    ended,
    lastId: () => received.findLast(({ id }) => id !== undefined)?.id,
    close: () => request.destroy(),
    async next(name) {
      const late = AbortSignal.timeout(LONGEST_WAIT_MS);
      for (;;) {
        const from = cursors.get(name) ?? 0;
        const index = received.findIndex(({ event }, at) => at >= from && event === name);
        const found = received[index];
        if (found !== undefined) {
          cursors.set(name, index + 1);
          return found;
        }
        const timeout = Promise.withResolvers<never>();
        late.onabort = () => timeout.reject(new Error(`no event ${name}; received ${received.length}`));
        await Promise.race([told.promise, timeout.promise]);
      }
    },
  };
}

function eventOf(frame: string): ReceivedEvent | null {
  const fields = new Map(
    frame.split("\n").map((line): [string, string] => {
      const at = line.indexOf(":");
      return [line.slice(0, at), line.slice(at + 1).trimStart()];
    }),
  );
  const [event, data] = [fields.get("event"), fields.get("data")];
  if (event === undefined || data === undefined) return null;
  return { event, id: fields.get("id"), data: JSON.parse(data) };
}
