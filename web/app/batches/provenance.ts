/** Who made an image, and under which license it is published; from a manifest with provenance. */
export interface Provenance {
  readonly author?: string | undefined
  readonly license?: string | undefined
  readonly title?: string | undefined
  /** Page on which the image was published. */
  readonly landingPage?: string | undefined
}

/**
 * Reads author and license of each image from an input manifest. Lines that cannot be read, or have no provenance, are
 * left out: images are shown without it. Pure.
 * @param manifest JSON Lines
 * @returns by the URI of the copy
 */
export function readProvenance(manifest: string): ReadonlyMap<string, Provenance> {
  const found = new Map<string, Provenance>()
  for (const text of manifest.split('\n')) {
    const line = parseLine(text)
    if (typeof line?.['source-ref'] !== 'string' || !isRecord(line.provenance)) continue
    const { author, license, title, 'landing-page': landingPage } = line.provenance
    found.set(line['source-ref'], {
      author: toText(author),
      license: toText(license),
      title: toText(title),
      landingPage: toText(landingPage),
    })
  }
  return found
}

type JsonRecord = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is JsonRecord => typeof value === 'object' && value !== null

const toText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function parseLine(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Names a license of Creative Commons by its address: `CC BY 2.0`. Others keep their address. Pure. */
export function nameLicense(address: string): string {
  const [, kind, version] = /creativecommons\.org\/licenses\/([a-z-]+)\/([\d.]+)/.exec(address) ?? []
  return kind === undefined || version === undefined ? address : `CC ${kind.toUpperCase()} ${version}`
}
