/** Which tag a list is narrowed to; nothing where no site has a tag. */
import { Select } from "../design/select.tsx";
import { useWords } from "../words/words.tsx";

export function TagSelect({
  tags,
  tag,
  onChange,
}: {
  readonly tags: readonly string[];
  readonly tag: string | undefined;
  /** Called with an empty text for any tag. */
  readonly onChange: (tag: string) => void;
}) {
  const words = useWords();
  if (tags.length === 0) return null;
  return (
    <Select
      label={words.sites.tag}
      value={tag ?? ""}
      isSet={tag !== undefined}
      options={[
        { value: "", label: words.sites.anyTag },
        ...tags.map((each) => ({ value: each, label: each })),
      ]}
      onChange={onChange}
    />
  );
}
