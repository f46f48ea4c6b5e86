/** The sites of the scale bench: a table of them, made by the database itself. */
import type pg from "pg";

export const INTERVAL_MS = 60_000;
/** So many sites share an address, as they share a server in life, and no address runs out of ports. */
const SITES_PER_ADDRESS = 100;

/** Each with an id of chance and the common pattern; the number of the site is its path. */
export async function createSites(client: pg.Client, sites: number, port: number): Promise<void> {
  await client.query(
    `INSERT INTO sites (url, regexp, interval_ms)
     SELECT format('http://127.%s.%s.%s:%s/%s', 1 + host / 62500, host / 250 % 250, 1 + host % 250, $2::int, site),
       '<h1>All [a-z]+ operational</h1>', $3::int
     FROM generate_series(0, $1::int - 1) AS site, LATERAL (SELECT site / $4::int AS host) AS address`,
    [sites, port, INTERVAL_MS, SITES_PER_ADDRESS],
  );
  await client.query("VACUUM ANALYZE sites");
}
