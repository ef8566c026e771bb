import { describe, expect, it } from '@jest/globals'
import { formatS3Uri, parseS3Uri } from '../../../shared/contracts/s3-uri.ts'

describe('parseS3Uri', () => {
  it.each([
    ['s3://bucket/key', 'bucket', 'key'],
    ['s3://my.bucket-1/a/b c/é+#?%2F.jpg', 'my.bucket-1', 'a/b c/é+#?%2F.jpg'],
    ['s3://bucket//a/../b', 'bucket', '/a/../b'],
    ['s3://bucket/line\nbreak', 'bucket', 'line\nbreak'],
  ])('parses %j, and formatS3Uri restores it', (uri, bucket, key) => {
    expect(parseS3Uri(uri)).toEqual({ bucket, key })
    expect(formatS3Uri({ bucket, key })).toBe(uri)
  })
  it.each([
    '',
    's3://',
    's3://bucket',
    's3://bucket/',
    's3:///key',
    's3://Bucket/key',
    's3://b/key',
    'https://bucket/key',
    `s3://bucket/${'é'.repeat(513)}`,
  ])('refuses %j', (uri) => {
    expect(() => parseS3Uri(uri)).toThrow(expect.objectContaining({ code: 'bad-source' }))
  })
})
