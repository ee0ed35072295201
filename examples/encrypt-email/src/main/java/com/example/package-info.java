/** An example of application code that fills a column. */
@NullMarked
package com.example;

import org.jspecify.annotations.NullMarked;
