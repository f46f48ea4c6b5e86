/** The frame of the settings: their pages by name, at the side; above the page on phones. */
import { Link, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useSession } from "../api/session.ts";
import { Loading } from "../design/page.tsx";
import { useWords } from "../words/words.tsx";
import { sections } from "./sections.ts";

export function SettingsLayout() {
  const words = useWords();
  const session = useSession().data;
  const navigation = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On phones the names are a strip that may begin left of the current one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for each page, and once the names are there
  useEffect(() => {
    const current = navigation.current?.querySelector("[aria-current=page]");
    current?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [pathname, session]);
  return (
    <div className="mx-auto max-w-[1180px] px-4 pt-2 pb-16 md:grid md:pt-6 md:grid-cols-[11rem_minmax(0,1fr)] md:gap-x-10">
      <title>{`${words.navigation.settings} · ${words.product}`}</title>
      <nav
        ref={navigation}
        aria-label={words.navigation.settings}
        className="scroll-sideways -mx-4 mb-5 flex gap-0.5 border-b border-line px-4 pb-2 md:sticky md:top-16 md:mx-0 md:mb-0 md:flex-col md:self-start md:border-0 md:px-0 md:pb-0"
      >
        {sections
          .filter(({ right, name }) =>
            name === "tokens" ? session?.person != null : session?.rights.includes(right),
          )
          .map(({ name, to }) => (
            <Link
              key={name}
              to={to}
              className="shrink-0 rounded px-2.5 py-1 text-sm font-medium text-ink-muted transition-colors hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink pointer-coarse:py-2"
            >
              {words.settings.sections[name]}
            </Link>
          ))}
      </nav>
      <div className="min-w-0">{session ? <Outlet /> : <Loading />}</div>
    </div>
  );
}
