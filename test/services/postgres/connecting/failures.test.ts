// What each kind of error means for the work at hand. Codes: PostgreSQL manual, appendix A.
import pg from "pg";
import { describe, expect, test } from "vitest";
import { RefusedError, UnavailableError } from "../../../../src/core/failures.ts";
import { failureOf, lostConnection } from "../../../../src/services/postgres/connecting/failures.ts";

const SERVER = "PostgreSQL at db:5432 (database shop, user monitor)";

function serverError(code: string, message = "said the server"): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError(message, message.length, "error"), { code });
}

function systemError(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

describe("try again later", () => {
  test.for([
    ["08006", "a broken connection"],
    ["25006", "a read-only transaction"],
    ["25P03", "a transaction that was idle for too long"],
    ["28000", "a user that is not let in"],
    ["28P01", "a wrong password"],
    ["3D000", "an unknown database"],
    ["40001", "a serialization failure"],
    ["40P01", "a deadlock"],
    ["42501", "a missing right"],
    ["42P01", "a missing table"],
    ["53100", "a full disk"],
    ["53200", "no memory left"],
    ["53300", "too many connections"],
    ["55P03", "a lock that was not free in time"],
    ["57014", "a statement that took too long"],
    ["57P01", "an administrator's shutdown"],
    ["57P02", "a crash"],
    ["57P03", "a server that is starting"],
    ["58030", "an input/output error"],
    ["XX000", "an internal error"],
  ])("%s, %s", ([code]) => {
    const failure = failureOf(serverError(code ?? ""), SERVER);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure.message).toMatch(new RegExp(`^PostgreSQL at db:5432 .*said the server \\(${code}\\)$`));
  });

  test.for([
    ["ECONNREFUSED", /connection refused/],
    ["ENOTFOUND", /the host name is unknown/],
    ["ECONNRESET", /the connection was cut/],
    ["ETIMEDOUT", /the connection timed out/],
    ["CERT_HAS_EXPIRED", /its certificate has expired/],
  ] as const)("%s, from the network", ([code, said]) => {
    const failure = failureOf(systemError(code), SERVER);
    expect(failure).toBeInstanceOf(UnavailableError);
    expect(failure.message).toMatch(said);
  });

  test("a host with several addresses is told by the first that failed", () => {
    const failure = failureOf(
      new AggregateError([systemError("ECONNREFUSED"), systemError("ENETUNREACH")]),
      SERVER,
    );
    expect(failure.message).toMatch(/connection refused: nothing listens there \(ECONNREFUSED\)$/);
  });

  test("a connection that ended without a word", () => {
    const failure = failureOf(new Error("Connection terminated unexpectedly"), SERVER);
    expect(failure).toBeInstanceOf(UnavailableError);
  });
});

describe("set this data aside", () => {
  test.for([
    ["22003", "a number out of range"],
    ["22021", "a byte that is no character"],
    ["22P02", "a text that is no number"],
    ["23502", "a value that must not be null"],
    ["23505", "a value that is there already"],
    ["23514", "a value that a check forbids"],
    ["54000", "a value too large for an index"],
  ])("%s, %s", ([code]) => {
    const failure = failureOf(serverError(code ?? ""), SERVER);
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure).toMatchObject({ code, message: "said the server" });
  });
});

test("a statement that is wrong is our fault and neither", () => {
  const error = serverError("42601");
  expect(failureOf(error, SERVER)).toBe(error);
});

test("what is classified already stays as it is", () => {
  const refused = new RefusedError("22003", "too large");
  expect(failureOf(refused, SERVER)).toBe(refused);
});

test("a connection is given up when it is broken, its plans are stale, or its server can't work now", () => {
  const stale = Object.assign(serverError("0A000", "der Plan passt nicht mehr"), {
    routine: "RevalidateCachedQuery",
  });
  expect(lostConnection(systemError("ECONNRESET"))).toBe(true);
  expect(lostConnection(stale)).toBe(true);
  expect(failureOf(stale, SERVER)).toBeInstanceOf(UnavailableError);
  for (const code of ["08006", "25006", "53100", "53300", "55P03", "57P01", "57P04", "57P05", "58030"]) {
    expect(lostConnection(serverError(code)), code).toBe(true);
  }
  for (const code of ["23505", "40P01", "42501", "57014", "0A000"]) {
    expect(lostConnection(serverError(code)), code).toBe(false);
  }
});
