/** Passwords: how long they must be, and how they are stored. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { UnavailableError } from "../failures.ts";

/** NIST SP 800-63B-4, section 3.1.1.2: 15 characters where the password is the only factor, and no other rule. */
const SHORTEST_PASSWORD = 15;
/** Far above the 64 that the same section asks for; bounds the work. */
const LONGEST_PASSWORD = 256;

/** OWASP, "Password Storage Cheat Sheet": argon2id with 19 MiB, two passes, one lane. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const VERSION = 19;

const PHC_PATTERN = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

const derive = promisify(argon2);
/** Each takes 19 MiB, and a thread of the pool that name resolution uses too. */
const oneAtATime = pLimit(1);
/** Some seconds of work: whoever comes later is turned away, so that a flood of guesses fills no memory. */
const MOST_WAITING = 100;

/** What is wrong with a password as a new one; null when nothing is. Counts characters, not bytes. */
export function passwordProblem(password: string): string | null {
  const length = [...normalised(password)].length;
  if (length < SHORTEST_PASSWORD)
    return `must have at least ${SHORTEST_PASSWORD} characters: several words are easy to remember`;
  if (length > LONGEST_PASSWORD) return `must have at most ${LONGEST_PASSWORD} characters`;
  return null;
}

/** Returns the PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. Throws `UnavailableError` in a flood. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await argon2id(password, salt, COST, HASH_BYTES);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=${VERSION}$m=${memory},t=${passes},p=${parallelism}$${plain(salt)}$${plain(hash)}`;
}

/** False for a hash in another format. Takes the same time for every password. Throws as `hashPassword`. */
export async function verifyPassword(stored: string, password: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, hash] = PHC_PATTERN.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, "base64");
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const found = await argon2id(password, Buffer.from(salt, "base64"), cost, expected.byteLength);
  return timingSafeEqual(found, expected);
}

async function argon2id(
  password: string,
  nonce: Buffer,
  cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
  tagLength: number,
): Promise<Buffer> {
  if (oneAtATime.pendingCount >= MOST_WAITING)
    throw new UnavailableError("too many sign-ins at the same moment");
  return await oneAtATime(() =>
    derive("argon2id", { message: normalised(password), nonce, tagLength, ...cost }),
  );
}

/** The same password typed on another keyboard gives the same characters (NIST SP 800-63B-4, section 3.1.1.2). */
function normalised(password: string): string {
  return password.normalize("NFKC");
}

/** Base64 without padding, as in the PHC string format. */
function plain(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
