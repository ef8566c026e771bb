const PAUSE_MILLISECONDS = 1000

/** Reloads the page when another build is there. Part of pages on one machine only. */
async function reloadOnBuild(): Promise<void> {
  let known: string | undefined
  for (;;) {
    const reply = await fetch('assets/build.json', { cache: 'no-store' }).catch(() => undefined)
    const build = reply?.ok ? await reply.text() : known
    if (known !== undefined && build !== known) location.reload()
    known = build
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS))
  }
}

void reloadOnBuild()
