/** The list's shape while it is being read. */
import { useWords } from "../words/words.tsx";

export function LoadingSites() {
  const words = useWords();
  return (
    <div role="status" aria-label={words.page.loading} className="px-4 pt-18 max-md:pt-28">
      {Array.from({ length: 24 }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <div key={row} className="flex h-7 items-center gap-4 max-md:h-14">
          <span className="skeleton size-3 rounded-full" />
          <span className="skeleton h-3" style={{ width: `${14 + ((row * 7) % 12)}%` }} />
          <span className="skeleton ml-auto h-3 w-40 max-md:w-24" />
          <span className="skeleton h-3 w-48 max-md:hidden" />
        </div>
      ))}
    </div>
  );
}
