/** The website that is checked: a process of its own with a page of 10 KB; tells its parent the port. */
import { createServer } from "node:http";

const filler = "<p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p>\n".repeat(158);
const page = Buffer.from(`<html><body>${filler}<h1>All systems operational</h1></body></html>`);

const server = createServer((_request, response) => {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "content-length": page.byteLength,
  });
  response.end(page);
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address();
  process.send?.(address !== null && typeof address === "object" ? address.port : 0);
});
