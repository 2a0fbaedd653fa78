/** Forms that a script sends; in the page's text they are inert. */

/**
 * Call `send` for each time that a form is sent, and let the form be used from now on: sent before its script stands, it would
 * only load the page anew, and what was filled in would be lost.
 * @param {HTMLFormElement} form
 * @param {() => unknown} send
 */
export function onSubmit(form, send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  form.inert = false;
}
