/** Sends a test message over a channel, and shows what the service answered. */
import { type UseMutationResult, useMutation } from "@tanstack/react-query";
import { Check, Send, TriangleAlert } from "lucide-react";
import type { ChannelTest } from "../../../../src/contract/api/alerting/channels.ts";
import { request } from "../../api/request.ts";
import { Button } from "../../design/button.tsx";
import { useWords } from "../../words/words.tsx";

type Test = UseMutationResult<ChannelTest, Error, void>;

export function useChannelTest(name: string): Test {
  return useMutation({
    mutationFn: async () =>
      (await request<ChannelTest>(`/channels/${encodeURIComponent(name)}/test`, { method: "POST", body: {} }))
        .content,
  });
}

export function TestButton({ test, name }: { readonly test: Test; readonly name: string }) {
  const words = useWords().settings.channels;
  return (
    <Button
      aria-label={words.testOf(name)}
      icon={<Send size={13} aria-hidden />}
      disabled={test.isPending}
      onClick={() => test.mutate()}
    >
      {test.isPending ? words.testing : words.test}
    </Button>
  );
}

/** Nothing before the first test. */
export function TestAnswer({ test }: { readonly test: Test }) {
  const words = useWords().settings.channels;
  if (!test.data && !test.error) return null;
  const isSent = test.data?.sent === true;
  return (
    <p
      role="status"
      className={`mt-1.5 flex items-start gap-1.5 rounded px-2.5 py-1.5 text-sm break-words ${isSent ? "bg-up-wash text-up" : "bg-down-wash text-down"}`}
    >
      {isSent ? (
        <Check size={14} aria-hidden className="mt-[3px] shrink-0" />
      ) : (
        <TriangleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
      )}
      <span className="min-w-0">
        {isSent ? words.testSent : (test.data?.reason ?? test.error?.message ?? words.testFailed)}
      </span>
    </p>
  );
}
