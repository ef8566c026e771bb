/**
 * Gives names and roles to what Swagger UI leaves without: it has no option for them, so they are added to what it has
 * rendered, and again whenever it renders. Attributes that it does not set itself stay.
 *
 * @see https://www.w3.org/TR/WCAG22/#name-role-value
 */
export function nameControls(root: HTMLElement): void {
  let isScheduled = false
  const observer = new MutationObserver(() => {
    if (isScheduled) return
    isScheduled = true
    requestAnimationFrame(() => {
      isScheduled = false
      improve(root)
    })
  })
  observer.observe(root, { childList: true, subtree: true })
  improve(root)
}

/** The headings of Swagger UI, which leave levels out, and the levels that follow each other. */
const HEADING_LEVELS: Readonly<Record<string, number>> = {
  '.opblock-tag, .error-sections > summary h3, .models h4, section.models h4': 2,
  '.opblock-section-header h4, .responses-inner h4, .responses-inner h5, .request-url h4, .curl-command h4': 3,
}

function improve(root: HTMLElement): void {
  for (const [selector, level] of Object.entries(HEADING_LEVELS))
    for (const heading of root.querySelectorAll(selector)) heading.setAttribute('aria-level', String(level))
  root.querySelector('.filter-container')?.setAttribute('role', 'search')
  // Whoever has no mouse scrolls it with the arrow keys.
  for (const block of root.querySelectorAll<HTMLElement>('pre')) block.tabIndex = 0
  for (const control of root.querySelectorAll<HTMLInputElement>('input, select, textarea'))
    if (control.labels?.length === 0 && !control.hasAttribute('aria-label'))
      control.setAttribute('aria-label', findName(control))
}

function findName(control: HTMLElement): string {
  const parameter = control.closest('tr')?.querySelector('.parameter__name')?.firstChild?.textContent
  if (parameter) return parameter
  if (control.closest('.examples-select')) return 'Example'
  if (control.closest('.content-type-wrapper, .body-param-content-type, .response-control-media-type'))
    return 'Media type'
  return control.closest('.opblock-section-request-body')
    ? 'Request body'
    : (control.getAttribute('placeholder') ?? 'Value')
}
