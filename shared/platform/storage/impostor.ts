/** Recognizes a Git LFS pointer or a web page in place of a published file. Returns a message, or undefined. Pure. */
export function describeImpostor(text: string): string | undefined {
  if (text.startsWith('version https://git-lfs'))
    return 'must be the file itself, not a Git LFS pointer; fetch it with git lfs pull'
  if (/^\s*<(!doctype|!--|html|head|body|\?xml|error)/i.test(text))
    return 'must be the file itself, not a web page or XML; check its address'
  return undefined
}
