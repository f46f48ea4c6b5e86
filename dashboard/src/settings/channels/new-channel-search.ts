/** What the address of a new channel says: its type, once it is chosen. */
export function parseNewChannelSearch({ type }: Readonly<Record<string, unknown>>): {
  readonly type?: string;
} {
  return typeof type === "string" && type !== "" ? { type } : {};
}
