/** The list when no site is watched yet. */
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../design/button.tsx";
import { Empty } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";

export function FirstSite() {
  const words = useWords();
  return (
    <Empty
      title={words.sites.none}
      action={
        <Link to="/sites/$id" params={{ id: "new" }} className={buttonClass("primary")}>
          {words.actions.add}
        </Link>
      }
    />
  );
}
