/** The code after the password, or a recovery code where the phone is not at hand. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../api/request.ts";
import { Button } from "../design/button.tsx";
import { useWords } from "../words/words.tsx";
import { postAuth } from "./auth-request.ts";
import { DoorField, DoorForm } from "./door-form.tsx";

const overCodes = ["INVALID_TWO_FACTOR_COOKIE", "TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE"];

export function SecondFactorForm({
  onSignedIn,
  onBeginAgain,
}: {
  readonly onSignedIn: () => void;
  readonly onBeginAgain: () => void;
}) {
  const words = useWords();
  const [kind, setKind] = useState<"totp" | "backup-code">("totp");
  const [code, setCode] = useState("");
  const verifying = useMutation({
    mutationFn: () => postAuth(`/two-factor/verify-${kind}`, { code: code.trim() }),
    onSuccess: onSignedIn,
    onError: () => setCode(""),
  });
  const isOver = verifying.error instanceof ApiError && overCodes.includes(verifying.error.code);
  return (
    <DoorForm
      submit={words.actions.signIn}
      submitting={verifying}
      isComplete={!isOver && code.trim() !== ""}
      below={
        <div className="flex justify-between">
          <Button look="quiet" onClick={() => setKind(kind === "totp" ? "backup-code" : "totp")}>
            {kind === "totp" ? words.account.useRecoveryCode : words.account.useCode}
          </Button>
          <Button look="quiet" onClick={onBeginAgain}>
            {words.account.beginAgain}
          </Button>
        </div>
      }
    >
      <DoorField
        key={kind}
        label={kind === "totp" ? words.account.code : words.account.recoveryCode}
        autoFocus
        inputMode={kind === "totp" ? "numeric" : "text"}
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        className="tabular-nums"
        value={code}
        onText={setCode}
      />
    </DoorForm>
  );
}
