/** Opens the menu of preferences, which is loaded when it is first asked for. */
import { CircleUserRound, EllipsisVertical } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useSession } from "../api/session.ts";
import { IconButton } from "../design/button.tsx";
import { useWords } from "../words/words.tsx";

const PreferencesMenu = lazy(() => import("./preferences-menu.tsx"));

export function PreferencesButton({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const words = useWords();
  const [wanted, setWanted] = useState(false);
  const person = useSession().data?.person ?? null;
  const trigger = (
    <IconButton label={words.navigation.more} onClick={() => setWanted(true)}>
      {person ? <CircleUserRound size={17} aria-hidden /> : <EllipsisVertical size={16} aria-hidden />}
    </IconButton>
  );
  return wanted ? (
    <Suspense fallback={trigger}>
      <PreferencesMenu person={person} onShortcuts={onShortcuts} />
    </Suspense>
  ) : (
    trigger
  );
}
