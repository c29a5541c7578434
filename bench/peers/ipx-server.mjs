// ipx on node's http: node ipx-server.mjs PORT FOLDER
import { createServer } from 'node:http';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';

const [port, folder] = process.argv.slice(2);
createServer(createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) })))
  .listen(Number(port), '127.0.0.1');
