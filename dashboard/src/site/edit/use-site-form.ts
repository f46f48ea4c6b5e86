/** The form's state: texts, which of them were touched, and what is wrong with them as the server sees it. */
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ValidationAnswer } from "../../../../src/contract/api/sites/sites.ts";
import { ApiError, request } from "../../api/request.ts";
import { useSettled } from "../../design/use-settled.ts";
import { useWords } from "../../words/words.tsx";
import { definitionOf, type FieldName, type FormValues } from "./form-values.ts";
import { errorsByField } from "./server-errors.ts";

export function useSiteForm(initial: FormValues) {
  const words = useWords();
  const [values, setValues] = useState(initial);
  const [touched, setTouched] = useState<ReadonlySet<FieldName>>(new Set());
  const [submitted, setSubmitted] = useState(false);
  const { definition, errors: unreadable } = useMemo(() => definitionOf(values), [values]);
  const settled = useSettled(definition);
  const validation = useQuery({
    queryKey: ["validation", settled],
    queryFn: async ({ signal }) =>
      (await request<ValidationAnswer>("/sites/validate", { method: "POST", body: settled, signal })).content,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    retry: false,
    placeholderData: (before) => before,
  });
  const { byField, others } = useMemo(
    () => errorsByField(validationErrors(validation.data, validation.error)),
    [validation.data, validation.error],
  );
  const errorOf = (field: FieldName): string | undefined => {
    if (!submitted && !touched.has(field)) return undefined;
    const local = unreadable[field];
    return local === undefined ? byField[field] : words.siteForm.unreadable[local];
  };
  return {
    values,
    definition,
    /** False where something is known to be wrong. What was typed a moment ago is judged by saving it. */
    canSave:
      Object.keys(unreadable).length === 0 && !(settled === definition && validation.data?.valid === false),
    /** What belongs to no field. */
    others: submitted ? others : [],
    errorOf,
    change(field: FieldName, text: string) {
      setValues((before) => ({ ...before, [field]: text }));
      setTouched((before) => new Set(before).add(field));
    },
    /** Shows every error from now on. */
    reveal: () => setSubmitted(true),
  };
}

/** A refusal of the request itself (400) names fields, too. */
function validationErrors(answer: ValidationAnswer | undefined, error: Error | null) {
  if (error instanceof ApiError) return error.fields;
  return answer?.errors ?? [];
}
