/** The pipeline as it is now: from the monitors through outbox and event log to the database, and what got stuck. */
import { useQuery } from "@tanstack/react-query";
import type { Pipeline } from "../../../src/contract/api/pipeline/pipeline.ts";
import { keys } from "../api/query-client.ts";
import { read } from "../api/request.ts";
import { Failure, Loading, Page } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { DeadLetters } from "./dead-letters.tsx";
import { Flow } from "./flow.tsx";
import { Monitors } from "./monitors.tsx";
import { ParkedRows } from "./parked-rows.tsx";

/** The server reads it at most so often, whoever looks. */
const readEveryMs = 1000;

export function PipelinePage() {
  const words = useWords();
  const pipeline = useQuery({
    queryKey: keys.pipeline,
    queryFn: ({ signal }) => read<Pipeline>("/pipeline", signal),
    refetchInterval: readEveryMs,
  });
  return (
    <Page title={words.navigation.pipeline} wide>
      {pipeline.data ? (
        <>
          <Flow pipeline={pipeline.data} />
          <Monitors monitors={pipeline.data.monitors} />
          <ParkedRows count={pipeline.data.outbox.parked} />
          <DeadLetters count={pipeline.data.deadLetters.open} />
        </>
      ) : pipeline.error ? (
        <Failure error={pipeline.error} onRetry={() => void pipeline.refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </Page>
  );
}
