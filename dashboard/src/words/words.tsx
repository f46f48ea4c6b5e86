/** The language of the reader: chosen, else the browser's. English comes with the program, others are loaded. */
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from "react";
import { type Format, formatOf } from "../design/format.ts";
import { en, type Words } from "./en.ts";

const languages = {
  en: { title: "English", load: async (): Promise<Words> => en },
  de: { title: "Deutsch", load: async (): Promise<Words> => (await import("./de.ts")).de },
} as const;

export type Language = keyof typeof languages;

export const languageChoices = Object.entries(languages).map(([value, { title }]) => ({
  value: value === "de" ? ("de" as const) : ("en" as const),
  label: title,
}));

const storageKey = "sitewire.language";

interface Reading {
  readonly language: Language;
  readonly words: Words;
  readonly changeLanguage: (language: Language) => Promise<void>;
}

const ReadingContext = createContext<Reading>({ language: "en", words: en, changeLanguage: async () => {} });

/** The language to start in, with its words. */
export async function startingLanguage(): Promise<{ language: Language; words: Words }> {
  const chosen = localStorage.getItem(storageKey);
  const wanted = [chosen, ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  const language = wanted.find((each): each is Language => each === "en" || each === "de") ?? "en";
  document.documentElement.lang = language;
  return { language, words: await languages[language].load() };
}

export function WordsProvider({
  language,
  words,
  children,
}: {
  readonly language: Language;
  readonly words: Words;
  readonly children: ReactNode;
}) {
  const [reading, setReading] = useState({ language, words });
  const changeLanguage = useCallback(async (next: Language) => {
    const loaded = await languages[next].load();
    localStorage.setItem(storageKey, next);
    document.documentElement.lang = next;
    setReading({ language: next, words: loaded });
  }, []);
  const value = useMemo(() => ({ ...reading, changeLanguage }), [reading, changeLanguage]);
  return <ReadingContext value={value}>{children}</ReadingContext>;
}

export function useWords(): Words {
  return use(ReadingContext).words;
}

export function useFormat(): Format {
  return formatOf(useLocale());
}

/** For `Intl`: the language with the reader's region. */
export function useLocale(): string {
  return regionalTag(use(ReadingContext).language);
}

export function useLanguage(): Pick<Reading, "language" | "changeLanguage"> {
  return use(ReadingContext);
}

/** `en-GB` for a British browser, so that dates and the 24-hour clock are as the reader knows them. */
function regionalTag(language: Language): string {
  return navigator.languages.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}
