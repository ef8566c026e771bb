import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'

/** The deployment's own options: what is measured is what would be deployed. */
const deployed = createRequire(import.meta.url)('../../esbuild.config.cjs')
const options: BuildOptions = deployed.bundle
const { outputFileExtension }: { outputFileExtension: string } = deployed()

const ROOT = new URL('../../', import.meta.url).pathname

/** As ES modules, which may wait at their top level, with nothing done to make them start faster. */
const PLAIN: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  banner: { js: "import{createRequire as __cr}from'module';const require=__cr(import.meta.url);" },
}

export interface Bundle {
  readonly path: string
  readonly bytes: number
  readonly gzipBytes: number
}

/** Bundles one function into one file, as a deployment does. @param entry from the project's root @param path without its ending */
export const bundleFunction = (entry: string, path: string): Promise<Bundle> =>
  bundleInto(entry, `${path}${outputFileExtension}`, options)

/** Bundles a program of the bench, so that what runs functions takes no memory for anything that they would not. */
export const bundleProgram = (entry: string, path: string): Promise<Bundle> => bundleInto(entry, `${path}.mjs`, PLAIN)

/** Bundles a function as one does who has not measured it. */
export const bundlePlainly = (entry: string, path: string): Promise<Bundle> =>
  bundleInto(entry, `${path}.mjs`, { ...PLAIN, minify: true })

async function bundleInto(entry: string, path: string, how: BuildOptions): Promise<Bundle> {
  const { outputFiles } = await build({
    ...how,
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile: path,
    write: false,
    logLevel: 'error',
  })
  await mkdir(dirname(path), { recursive: true })
  for (const { path: written, contents } of outputFiles ?? []) await writeFile(written, contents)
  const code = outputFiles?.find((file) => file.path === path)?.contents ?? new Uint8Array(0)
  return { path, bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length }
}
