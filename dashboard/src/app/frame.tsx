/** What surrounds every page: navigation above (below on phones), live state, preferences, palette, toasts. */
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { useSession } from "../api/session.ts";
import { classNames } from "../design/class-names.ts";
import { Key } from "../design/key.tsx";
import { useWords } from "../words/words.tsx";
import { LiveMark } from "./live-mark.tsx";
import { pages } from "./pages.ts";
import { PreferencesButton } from "./preferences-button.tsx";
import { useShortcuts } from "./shortcuts.ts";

const loadPalette = () => import("./command-palette.tsx");
const CommandPalette = lazy(loadPalette);
const paletteDelayMs = 3000;
const ShortcutList = lazy(() => import("./shortcut-list.tsx"));

export function Frame() {
  const words = useWords();
  const navigate = useNavigate();
  const mayNotRead = useSession().data?.rights.includes("read") === false;
  const [open, setOpen] = useState<"palette" | "shortcuts" | null>(null);
  // Before its first use, so that nothing typed at once is lost; after everything that is seen.
  useEffect(() => {
    const timer = window.setTimeout(loadPalette, paletteDelayMs);
    return () => window.clearTimeout(timer);
  }, []);
  // Nothing can be read: signing in is all there is to do.
  useEffect(() => {
    const { pathname, search } = window.location;
    if (mayNotRead) void navigate({ to: "/sign-in", search: { next: pathname + search }, replace: true });
  }, [mayNotRead, navigate]);
  const close = (isOpen: boolean) => setOpen(isOpen ? open : null);
  useShortcuts({
    "mod+k": () => setOpen("palette"),
    "?": () => setOpen("shortcuts"),
    ...Object.fromEntries(pages.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
  });
  if (mayNotRead) return null;
  return (
    <>
      <a
        href="#content"
        className="sr-only z-60 rounded bg-ink px-3 py-1.5 text-on-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {words.page.skip}
      </a>
      <header className="sticky top-0 z-30 flex h-12 items-center gap-5 border-b border-line bg-canvas px-4">
        <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight">
          <Mark />
          <span className="max-lg:sr-only">{words.product}</span>
        </Link>
        <nav aria-label={words.navigation.label} className="flex items-center gap-0.5 max-sm:hidden">
          {pages.slice(0, 5).map(({ name, to }) => (
            <Link
              key={name}
              to={to}
              activeOptions={{ exact: to === "/", includeSearch: false }}
              className="rounded px-2.5 py-1 text-sm font-medium text-ink-muted transition-colors hover:text-ink aria-[current=page]:bg-sunken aria-[current=page]:text-ink"
            >
              {words.navigation[name]}
            </Link>
          ))}
        </nav>
        <div className="ml-auto flex items-center gap-2">
          <button
            type="button"
            onClick={() => setOpen("palette")}
            className="flex h-7 items-center gap-2 rounded px-2 text-sm text-ink-faint ring-1 ring-inset ring-line transition-colors hover:bg-hover hover:text-ink-muted md:w-56 pointer-coarse:h-9"
          >
            <Search size={14} aria-hidden />
            <span className="max-md:sr-only">{words.palette.open}</span>
            <span className="ml-auto max-md:hidden" aria-hidden>
              <Key>{navigator.platform.startsWith("Mac") ? "⌘K" : "Ctrl K"}</Key>
            </span>
          </button>
          <LiveMark />
          <PreferencesButton onShortcuts={() => setOpen("shortcuts")} />
        </div>
      </header>
      <main id="content" tabIndex={-1} className="outline-none max-sm:pb-14">
        <Outlet />
      </main>
      <PhoneNavigation />
      <Suspense>
        {open === "palette" ? (
          <CommandPalette open onOpenChange={close} onShortcuts={() => setOpen("shortcuts")} />
        ) : null}
        {open === "shortcuts" ? <ShortcutList open onOpenChange={close} /> : null}
      </Suspense>
    </>
  );
}

function PhoneNavigation() {
  const words = useWords();
  return (
    <nav
      aria-label={words.navigation.label}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-canvas pb-[env(safe-area-inset-bottom)] sm:hidden"
    >
      {pages.slice(0, 5).map(({ name, to, icon: Icon }) => (
        <Link
          key={name}
          to={to}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          className={classNames(
            "flex h-13 flex-1 flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-faint",
            "aria-[current=page]:text-ink",
          )}
        >
          <Icon size={18} aria-hidden />
          {words.navigation[name]}
        </Link>
      ))}
    </nav>
  );
}

function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 16 16" aria-hidden className="text-ink">
      <rect width="16" height="16" rx="3.5" fill="currentColor" />
      <path
        d="M2.5 8.5h3l1.6-4 2.2 7.5 1.6-3.5h2.6"
        fill="none"
        stroke="var(--color-canvas)"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
