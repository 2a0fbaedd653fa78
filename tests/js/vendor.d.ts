/** The types of the vendored libraries, which the page imports by address; their packages come with `npm ci`. */

declare module "*/vendor/socket.io.esm.min.js" {
  export { io } from "socket.io-client";
}
