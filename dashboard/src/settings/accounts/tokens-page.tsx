/** API tokens: what programs sign in with. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import type { AccessToken } from "../../../../src/contract/api/accounts/tokens.ts";
import { read, request } from "../../api/request.ts";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Loaded } from "../../design/loaded.tsx";
import { Empty } from "../../design/page.tsx";
import { RelativeTime } from "../../design/relative-time.tsx";
import { useWords } from "../../words/words.tsx";
import { Row, Rows } from "../rows.tsx";
import { SettingsPage } from "../settings-page.tsx";
import { auditKey } from "./audit-key.ts";
import { NewTokenDialog } from "./new-token-dialog.tsx";

const key = ["tokens"];

export function TokensPage() {
  const words = useWords();
  const client = useQueryClient();
  const tokens = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => read<{ readonly items: readonly AccessToken[] }>("/tokens", signal),
  });
  const [isAdding, setIsAdding] = useState(false);
  const [revoked, setRevoked] = useState<AccessToken | null>(null);
  const refresh = () =>
    void Promise.all([key, auditKey].map((queryKey) => client.invalidateQueries({ queryKey })));
  const revoking = useMutation({
    mutationFn: (id: string) => request(`/tokens/${id}`, { method: "DELETE" }),
    onSuccess: () => {
      refresh();
      setRevoked(null);
    },
  });
  return (
    <SettingsPage
      title={words.settings.tokens}
      lead={words.settings.tokensLead}
      right="read"
      actions={
        <Button icon={<KeyRound size={14} aria-hidden />} onClick={() => setIsAdding(true)}>
          {words.settings.addToken}
        </Button>
      }
    >
      <Loaded reading={tokens} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.settings.noTokens}>{words.settings.noTokensHint}</Empty>
          ) : (
            <Rows>
              {items.map((token) => (
                <Row
                  key={token.id}
                  title={
                    <>
                      {token.name}
                      <code className="text-xs font-normal text-ink-muted">{token.beginning}</code>
                    </>
                  }
                  facts={<TokenFacts token={token} />}
                  actions={
                    <Button look="quiet" onClick={() => setRevoked(token)}>
                      {words.settings.revoke}
                    </Button>
                  }
                />
              ))}
            </Rows>
          )
        }
      </Loaded>
      {isAdding ? <NewTokenDialog onClose={() => setIsAdding(false)} onMade={refresh} /> : null}
      <Dialog
        open={revoked !== null}
        onOpenChange={() => setRevoked(null)}
        title={words.settings.revoke}
        actions={
          <>
            <Button onClick={() => setRevoked(null)}>{words.actions.cancel}</Button>
            <Button
              look="danger"
              disabled={revoking.isPending}
              onClick={() => revoked && revoking.mutate(revoked.id)}
            >
              {words.settings.revoke}
            </Button>
          </>
        }
      >
        <p className="text-sm">{revoked ? words.settings.revokeToken(revoked.name) : ""}</p>
      </Dialog>
    </SettingsPage>
  );
}

function TokenFacts({ token }: { readonly token: AccessToken }) {
  const words = useWords();
  return (
    <>
      {token.scopes.map((scope) => words.settings.scopeNames[scope]).join(", ")}
      {" · "}
      {token.lastUsedAt ? (
        <>
          {words.settings.used} <RelativeTime at={token.lastUsedAt} />
        </>
      ) : (
        words.settings.unused
      )}
      {" · "}
      {token.expiresAt ? (
        <>
          {words.settings.ends} <RelativeTime at={token.expiresAt} />
        </>
      ) : (
        words.settings.endsNever
      )}
    </>
  );
}
