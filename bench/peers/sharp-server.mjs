// Bare sharp behind node's http: node sharp-server.mjs PORT FOLDER
// GET /WIDTHxHEIGHT/FIT/FORMAT/QUALITY/FILE, either side may be left out
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { join, basename } from 'node:path';
import sharp from 'sharp';

const [port, folder] = process.argv.slice(2);
// what Lumiere writes AVIF with, so that the same is compared
const avif = { effort: 2, chromaSubsampling: '4:2:0' };
sharp.cache(false);
createServer(async (request, response) => {
  try {
    const [, size, fit, format, quality, file] = request.url.split('/');
    const [width, height] = size.split('x').map((side) => Number(side) || null);
    const source = await readFile(join(folder, basename(file)));
    const picture = await sharp(source)
      .resize(width, height, { fit, withoutEnlargement: true })
      .toFormat(format, format === 'png' ? {} : { quality: Number(quality), ...(format === 'avif' ? avif : {}) })
      .toBuffer();
    response.writeHead(200, { 'content-type': `image/${format}`, 'content-length': picture.length });
    response.end(picture);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}).listen(Number(port), '127.0.0.1');
