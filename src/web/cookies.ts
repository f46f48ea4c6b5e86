/** Reads the `Cookie` header of a request (RFC 6265, section 4.2.1). */

/** The value of the first cookie with this name; undefined without one. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
