/** A key of the keyboard, as it is printed on it. */
export function Key({ children }: { readonly children: string }) {
  return (
    <kbd className="inline-flex h-4.5 min-w-4.5 items-center justify-center rounded border border-line bg-sunken px-1 font-sans text-2xs text-ink-muted">
      {children}
    </kbd>
  );
}
