// Writes a brotli copy beside each text file of dist/: the server sends it as it is instead of compressing per request.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'

const WORTH_BYTES = 512
const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
let [files, before, after] = [0, 0, 0]
for (const name of readdirSync('dist', { recursive: true, encoding: 'utf8' })) {
  if (!/\.(js|css|html|svg)$/.test(name)) continue
  const text = readFileSync(`dist/${name}`)
  if (text.length < WORTH_BYTES) continue
  const packed = brotliCompressSync(text, { params })
  writeFileSync(`dist/${name}.br`, packed)
  files += 1
  before += text.length
  after += packed.length
}
console.log(`brotli: ${files} files, ${(before / 1000).toFixed(0)} kB → ${(after / 1000).toFixed(0)} kB`)
