/** The page Settings. */

import "./eraser.js";
import "./retention.js";
