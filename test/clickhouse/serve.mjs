import { createServer } from 'node:http';
import { Session } from 'chdb';

// ClickHouse's HTTP interface, as much of it as @clickhouse/client uses, over the engine in this process. Tells its port to the parent.

const session = new Session();

/** Parameters of a query come beside it; the engine takes them as settings of the session. */
function withParameters(url) {
  const settings = [...url.searchParams].filter(([name]) => name.startsWith('param_'));
  for (const [name, value] of settings) session.query(`SET ${name} = '${value.replace(/[\\']/g, '\\$&')}'`);
}

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url, 'http://localhost');
  if (url.pathname === '/ping') return response.end('Ok.\n');
  const said = url.searchParams.get('query');
  const query = said ? `${said}\n${body}` : body;
  const [, format] = /FORMAT\s+(\w+)\s*;?\s*$/.exec(query) ?? [];
  try {
    withParameters(url);
    const answer = session.query(query, format ?? 'JSONEachRow');
    response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end(answer ?? '');
  } catch (error) {
    response
      .writeHead(500, { 'content-type': 'text/plain; charset=UTF-8' })
      .end(`Code: 1. DB::Exception: ${error.message}`);
  }
});
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
