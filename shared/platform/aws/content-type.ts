const BY_SUFFIX: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  manifest: 'application/jsonl',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  jpg: 'image/jpeg',
  png: 'image/png',
}

/** The content type that an object is stored with, by the end of its key. */
export const contentTypeForKey = (key: string): string =>
  BY_SUFFIX[key.slice(key.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
