/** Where messages to a subscriber go, in the one spelling that the database knows. */
import { z } from "zod";
import { UsageError } from "../../../contract/errors.ts";
import type { SubscriberKind } from "./ports.ts";

const emailSchema = z.email().max(254);
const webhookSchema = z.url({ protocol: /^https?$/ }).max(2000);

/** Throws `UsageError` for what is no address. */
export function subscriberAddress(kind: SubscriberKind, given: string): string {
  const parsed = (kind === "email" ? emailSchema : webhookSchema).safeParse(given.trim());
  if (!parsed.success) throw new UsageError(`"${given}" is not an address`);
  if (kind === "webhook") return new URL(parsed.data).href;
  // The part behind the @ is a host name, whose case means nothing.
  const at = parsed.data.lastIndexOf("@");
  return parsed.data.slice(0, at) + parsed.data.slice(at).toLowerCase();
}
