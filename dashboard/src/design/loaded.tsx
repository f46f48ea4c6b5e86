/** What was read, once it is there; until then its outline, or why it is not there. */
import type { ReactNode } from "react";
import { Failure, Loading } from "./page.tsx";

interface Reading<Data> {
  readonly data: Data | undefined;
  readonly error: Error | null;
  readonly refetch: () => unknown;
}

export function Loaded<Data>({
  reading,
  rows = 4,
  children,
}: {
  readonly reading: Reading<Data>;
  /** Rows of the outline. */
  readonly rows?: number;
  readonly children: (data: Data) => ReactNode;
}) {
  if (reading.data !== undefined) return children(reading.data);
  if (reading.error) return <Failure error={reading.error} onRetry={() => void reading.refetch()} />;
  return <Loading rows={rows} />;
}
