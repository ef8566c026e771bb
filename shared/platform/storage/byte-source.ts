/** One version of a file that is read by byte ranges: an S3 object, a web file, an array in a test. */
export interface ByteSource {
  /** Size in bytes. */
  readonly size: number
  /** The version that every read is pinned to. */
  readonly etag: string
  /**
   * Reads bytes [start, end); `end` is at most `size`. Never returns fewer bytes.
   * @throws AppError `source-changed` when the file was replaced after it was opened
   */
  read(start: number, end: number): Promise<Uint8Array>
}
