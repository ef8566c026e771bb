import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'

/** The bundler options of the deployment, so that the benchmark measures what is deployed. */
const deployConfig = createRequire(import.meta.url)('../../esbuild.config.cjs')
const options: BuildOptions = deployConfig.bundle
const { outputFileExtension }: { outputFileExtension: string } = deployConfig()

const ROOT = new URL('../../', import.meta.url).pathname

/** Options for ES modules, which support top-level await, without optimizations of the start time. */
const UNOPTIMIZED: BuildOptions = {
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

/** Bundles a function as a deployment does. @param entry relative to the project root @param path without extension */
export const bundleFunction = (entry: string, path: string): Promise<Bundle> =>
  bundleInto(entry, `${path}${outputFileExtension}`, options)

/** Bundles a program of the benchmark, so that it uses no more memory than the function that it runs. */
export const bundleProgram = (entry: string, path: string): Promise<Bundle> =>
  bundleInto(entry, `${path}.mjs`, UNOPTIMIZED)

/** Bundles a function without the optimizations of the deployment. */
export const bundleUnoptimized = (entry: string, path: string): Promise<Bundle> =>
  bundleInto(entry, `${path}.mjs`, { ...UNOPTIMIZED, minify: true })

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
