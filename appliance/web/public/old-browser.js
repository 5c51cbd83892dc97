// Browsers without ES modules land here; they could not run the client.
location.replace("/old-browser.html");
