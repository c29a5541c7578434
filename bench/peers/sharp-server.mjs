// Bare sharp behind node's http: node sharp-server.mjs PORT FOLDER
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join, basename } from 'node:path';
import sharp from 'sharp';

const [port, folder] = process.argv.slice(2);
sharp.cache(false);
createServer(async (request, response) => {
  try {
    const source = await readFile(join(folder, basename(request.url)));
    const picture = await sharp(source).resize(200, 200, { fit: 'cover' }).jpeg({ quality: 80 }).toBuffer();
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length });
    response.end(picture);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(port), '127.0.0.1');
