// Makes OME-Zarr hierarchies of version 0.5 (Zarr 3) with zarrita.js, which is not this project's code, from the pixels that
// make_tiff.py left. npm install zarrita @zarrita/storage; node make_zarr3.mjs
import fs from "node:fs";
import * as zarr from "zarrita";
import { FileSystemStore } from "@zarrita/storage";

function load(i) {
  const bytes = fs.readFileSync(`region-${i}.npy`);
  const header = bytes.readUInt16LE(8);
  const [, h, w] = bytes.toString("latin1", 10, 10 + header).match(/\((\d+), (\d+), 3\)/);
  return { h: +h, w: +w, rgb: bytes.subarray(10 + header) };
}

function planes({ h, w, rgb }) {
  const out = new Uint8Array(3 * h * w);
  for (let c = 0; c < 3; c++) for (let i = 0; i < h * w; i++) out[c * h * w + i] = rgb[3 * i + c];
  return out;
}

async function write(name, codecs) {
  const root = zarr.root(new FileSystemStore(`${process.cwd()}/zarr/${name}.ome.zarr`));
  const datasets = [0, 1, 2].map((i) => ({
    path: String(i), coordinateTransformations: [{ type: "scale", scale: [1, 0.499 * 2 ** i, 0.499 * 2 ** i] }] }));
  const space = (name) => ({ name, type: "space", unit: "micrometer" });
  await zarr.create(root, { attributes: { ome: { version: "0.5", multiscales: [{
    name, axes: [{ name: "c", type: "channel" }, space("y"), space("x")], datasets }] } } });
  for (let i = 0; i < 3; i++) {
    const image = load(i);
    const array = await zarr.create(root.resolve(String(i)), {
      shape: [3, image.h, image.w], chunkShape: [3, 64, 64], dtype: "uint8", codecs, fillValue: 0 });
    await zarr.set(array, null, { data: planes(image), shape: [3, image.h, image.w], stride: [image.h * image.w, image.w, 1] });
  }
}

await write("three-zstd", [{ name: "bytes" }, { name: "zstd", configuration: { level: 3, checksum: false } }]);
await write("three-blosc", [{ name: "bytes" }, { name: "blosc", configuration: {
  cname: "lz4", clevel: 5, shuffle: "shuffle", typesize: 1, blocksize: 0 } }]);

// Shards: zarrita reads but does not write them, so the file is laid out here, and zarrita is asked what it holds.
async function shards(name) {
  const folder = `zarr/${name}.ome.zarr`;
  const codecs = [{ name: "bytes" }];
  await write(name, codecs);
  for (let i = 0; i < 3; i++) {
    const image = load(i);
    const all = planes(image);
    const meta = JSON.parse(fs.readFileSync(`${folder}/${i}/zarr.json`));
    fs.rmSync(`${folder}/${i}/c`, { recursive: true });
    meta.chunk_grid.configuration.chunk_shape = [3, 128, 128];
    meta.codecs = [{ name: "sharding_indexed", configuration: { chunk_shape: [3, 64, 64], codecs,
      index_codecs: [{ name: "bytes", configuration: { endian: "little" } }], index_location: "end" } }];
    fs.writeFileSync(`${folder}/${i}/zarr.json`, JSON.stringify(meta));
    for (let y = 0; y < image.h; y += 128) for (let x = 0; x < image.w; x += 128) {
      const parts = [], index = new BigUint64Array(8);
      let at = 0n;
      for (let k = 0; k < 4; k++) {
        const top = y + 64 * (k >> 1), left = x + 64 * (k & 1);
        index[2 * k] = index[2 * k + 1] = 0xffffffffffffffffn;
        if (top >= image.h || left >= image.w) continue;
        const chunk = new Uint8Array(3 * 64 * 64);
        for (let c = 0; c < 3; c++) for (let r = 0; r < 64; r++) for (let q = 0; q < 64; q++)
          if (top + r < image.h && left + q < image.w)
            chunk[(c * 64 + r) * 64 + q] = all[(c * image.h + top + r) * image.w + left + q];
        index[2 * k] = at;
        index[2 * k + 1] = BigInt(chunk.length);
        at += BigInt(chunk.length);
        parts.push(chunk);
      }
      const place = `${folder}/${i}/c/0/${y / 128}`;
      fs.mkdirSync(place, { recursive: true });
      fs.writeFileSync(`${place}/${x / 128}`, Buffer.concat([...parts, new Uint8Array(index.buffer)]));
    }
    const root = zarr.root(new FileSystemStore(`${process.cwd()}/${folder}`));
    const read = await zarr.get(await zarr.open(root.resolve(String(i)), { kind: "array" }));
    if (Buffer.compare(Buffer.from(read.data.buffer), Buffer.from(all))) throw new Error(`level ${i} of ${name} is wrong`);
  }
}

await shards("three-shards");
