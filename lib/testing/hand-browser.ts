/** A browser as far as log-ins need one: it keeps cookies by origin and follows redirects one at a time. */
export interface HandBrowser {
  /** One request; the answer may be a redirect. */
  ask(url: string, init?: RequestInit): Promise<Response>
  /** Goes where it is sent until there is a page, or until `until` says that this answer is the one. */
  visit(
    url: string,
    until?: (location: string) => boolean,
  ): Promise<{ readonly response: Response; readonly url: string }>
  /** The `Cookie` header for this origin. */
  cookies(url: string): string
  setCookie(url: string, name: string, value: string): void
}

export function createHandBrowser(): HandBrowser {
  const jars = new Map<string, Map<string, string>>()
  const jarOf = (url: string) => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    return jar
  }
  const cookies = (url: string) => [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join('; ')

  async function ask(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = {
      ...(cookies(url) !== '' && { Cookie: cookies(url) }),
      ...Object.fromEntries(new Headers(init.headers)),
    }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...rules] = line.split(';')
      const name = pair.slice(0, pair.indexOf('='))
      const isOver = rules.some((rule) => /^\s*(max-age=0|expires=thu, 01 jan 1970)/i.test(rule))
      if (isOver) jarOf(url).delete(name)
      else jarOf(url).set(name, pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }

  return {
    ask,
    cookies,
    setCookie: (url, name, value) => void jarOf(url).set(name, value),
    async visit(start, until = () => false) {
      let url = start
      for (let hops = 0; hops < 20; hops++) {
        const response = await ask(url)
        const location = response.headers.get('location')
        if (location === null || response.status < 300 || response.status >= 400) return { response, url }
        url = new URL(location, url).href
        if (until(url)) return { response, url }
      }
      throw new Error(`It was sent around in circles, last to ${url}`)
    },
  }
}
