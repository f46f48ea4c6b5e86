/** The routes that all others are within: one for every page, and one for those with the frame around them. */
import { createRootRoute, createRoute, Link } from "@tanstack/react-router";
import { buttonClass } from "../design/button.tsx";
import { Empty } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { Frame } from "./frame.tsx";

export const root = createRootRoute({ notFoundComponent: NotFound });

export const framed = createRoute({ getParentRoute: () => root, id: "framed", component: Frame });

function NotFound() {
  const words = useWords();
  return (
    <Empty
      title={words.page.notFound}
      action={
        <Link to="/" className={buttonClass()}>
          {words.page.toSites}
        </Link>
      }
    >
      {words.page.notFoundHint}
    </Empty>
  );
}
