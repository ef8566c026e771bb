const BY_SUFFIX: Readonly<Record<string, string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  manifest: 'application/jsonl',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
  jpg: 'image/jpeg',
  png: 'image/png',
}

/** Returns the content type of an object by the extension of its key. Pure. */
export const contentTypeForKey = (key: string): string =>
  BY_SUFFIX[key.slice(key.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream'
