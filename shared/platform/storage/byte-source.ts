/** A file read by byte range: an S3 object, a web file, an array in a test. Pinned to one version. */
export interface ByteSource {
  /** Size in bytes, fixed when the source is opened. */
  readonly size: number
  /** The version that every read is pinned to. */
  readonly etag: string
  /**
   * Bytes [start, end), `end` exclusive and at most `size`. Never fewer.
   * @throws AppError `source-changed` when the file was replaced since it was opened
   */
  read(start: number, end: number): Promise<Uint8Array>
}
