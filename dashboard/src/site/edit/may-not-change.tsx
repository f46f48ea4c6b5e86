/** Shown instead of a form to those who may only read. */
import { Link } from "@tanstack/react-router";
import { useSession } from "../../api/session.ts";
import { buttonClass } from "../../design/button.tsx";
import { Empty } from "../../design/page.tsx";
import { useWords } from "../../words/words.tsx";

export function MayNotChange() {
  const words = useWords();
  const session = useSession().data;
  const isSignedIn = session?.person != null;
  return (
    <Empty
      title={isSignedIn ? words.siteForm.viewerOnly : words.siteForm.signInFirst}
      action={
        isSignedIn ? null : (
          <Link to="/sign-in" className={buttonClass("primary")}>
            {words.actions.signIn}
          </Link>
        )
      }
    >
      {session?.setupNeeded ? words.checking.setupHint : null}
    </Empty>
  );
}
