/** Who may see a status page: everybody, who has given its password, or who is signed in. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { verifyPassword } from "../../../core/accounts/password.ts";
import type { PagePassword, StoredPage } from "../../../core/status-pages/ports.ts";

/** How long a password once given is remembered by the browser. */
export const PASS_SECONDS = 12 * 60 * 60;
const SECOND_MS = 1000;

/** Of one page: the cookie of another page opens nothing. */
export function passCookieName(slug: string): string {
  return `sitewire_page_${slug}`;
}

export async function isPagePassword({ kind, value }: PagePassword, given: string): Promise<boolean> {
  if (kind === "hash") return await verifyPassword(value, given);
  return timingSafeEqual(digestOf(value), digestOf(given));
}

/** What the cookie holds: until when, and a proof that only we can make. Another password makes it worthless. */
export function createPass({ page, password }: StoredPage, nowMs: number): string {
  const until = Math.floor(nowMs / SECOND_MS) + PASS_SECONDS;
  return `${until}.${proofOf(page.slug, until, password)}`;
}

export function isPass({ page, password }: StoredPage, given: string | undefined, nowMs: number): boolean {
  const [, until = "", proof = ""] = /^(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(given ?? "") ?? [];
  if (password === null || Number(until) * SECOND_MS <= nowMs) return false;
  const expected = proofOf(page.slug, Number(until), password);
  return proof.length === expected.length && timingSafeEqual(Buffer.from(proof), Buffer.from(expected));
}

function proofOf(slug: string, until: number, password: PagePassword | null): string {
  return createHmac("sha256", digestOf(password?.value ?? ""))
    .update(`${slug}\n${until}`)
    .digest("base64url");
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
