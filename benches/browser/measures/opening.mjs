// What is watched of a page that opens. In the page, before its own scripts.

/**
 * Resolves `globalThis.opened` when something is there for each of `selectors`: `dom` is when, `painted` when
 * the frame after it is done, `fcp` the browser's first contentful paint; all in ms since the navigation began.
 * @param {string[]} selectors
 */
export function watchOpening(selectors) {
  const paint = new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true });
  });
  const found = new Promise((resolve) => {
    const look = () => {
      if (!selectors.every((selector) => document.querySelector(selector) !== null)) return;
      observer.disconnect();
      const dom = performance.now();
      requestAnimationFrame(() => setTimeout(() => resolve({ dom, painted: performance.now() })));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  });
  globalThis.opened = Promise.all([paint, found])
    .then(([fcp, found]) => ({ fcp, ...found, origin: performance.timeOrigin }));
}
